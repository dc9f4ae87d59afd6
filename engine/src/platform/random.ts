/** Random numbers as a port. The same seed gives the same numbers on every machine and in every version of Node. */
export interface Random {
  /** A whole number from 0 to `limit` - 1, each as likely; `limit` is 1 to 2^32. */
  below(limit: number): number;
}

const WORD = 2 ** 32;

/** SplitMix32 spreads a small seed over the generator's state: neighbouring seeds must not give neighbouring numbers. */
function spread(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e37_79b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0_aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

/** Marsaglia's xorshift128 from a seed of 0 to 2^32 - 1. Not for secrets. */
export function seededRandom(seed: number): Random {
  const next = spread(seed);
  let [x, y, z, w] = [next(), next(), next(), next() | 1]; // An all-zero state would stay zero.
  const word = () => {
    const mixed = x ^ (x << 11);
    [x, y, z] = [y, z, w];
    w = (w ^ (w >>> 19) ^ mixed ^ (mixed >>> 8)) >>> 0;
    return w;
  };
  return {
    below(limit) {
      // Words of the last, incomplete round are dropped, or small numbers would come up more often.
      const complete = WORD - (WORD % limit);
      let drawn = word();
      while (drawn >= complete) drawn = word();
      return drawn % limit;
    },
  };
}

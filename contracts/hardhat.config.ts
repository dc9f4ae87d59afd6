import { createRequire } from "node:module";
import path from "node:path";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import hardhatNodeTestRunner from "@nomicfoundation/hardhat-node-test-runner";
import { defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);

/** The compiler comes from npm: an absolute path to its WebAssembly build keeps Hardhat from looking for one online. */
const compilers = [
  {
    version: "0.8.34",
    path: require.resolve("solc/soljson.js"),
    settings: { optimizer: { enabled: true, runs: 1_000_000 }, viaIR: true, evmVersion: "osaka" },
  },
];

/** Where npm put Uniswap's published bytecode; the Solidity tests read it from there. */
const uniswap = path.resolve(path.dirname(require.resolve("@uniswap/v2-core/package.json")), "..");

export default defineConfig({
  plugins: [hardhatEthers, hardhatNodeTestRunner],
  paths: { sources: "./src", tests: { nodejs: "./test", solidity: "./test/solidity" } },
  networks: { sim: { type: "edr-simulated", chainType: "l1", hardfork: "osaka" } },
  test: {
    solidity: {
      fsPermissions: { readDirectory: [uniswap] },
      // A fixed seed makes a red run repeatable; without it each machine would test other numbers.
      fuzz: { runs: 256, seed: "0x7472696761746521" },
    },
  },
  // The implicit production profile would drop the settings, so both are spelled out.
  solidity: { npmFilesToBuild: [], profiles: { default: { compilers }, production: { compilers } } },
});

import type { MessageApi } from "./api.ts";
import type { Campaign } from "./weakness.ts";
import { probeEnvelopes, probeFirst, probeUpgrade } from "./ws-probes.ts";
import { type WsAttackOptions, WsSession } from "./ws-session.ts";

/** Attacks a ws API through its description. */
export async function attackWs(api: MessageApi, options: WsAttackOptions): Promise<Campaign> {
  const attack = new WsSession(api, options);
  const share = Math.max(1, Math.floor(options.requests / Math.max(1, api.operations.length)));
  let operations = 0;
  await probeUpgrade(attack);
  if (await attack.isUp()) await probeFirst(attack);
  if (await attack.isUp()) await probeEnvelopes(attack);
  for (const operation of api.operations) {
    if (attack.isDown) break;
    if (await attack.one(operation, share)) operations++;
  }
  attack.close();
  const { weaknesses, answered, validators } = attack;
  return { weaknesses, operations, requests: answered, problems: validators.problems, remarks: [] };
}

import { kernels } from "@trigate/native";
import abi from "@trigate/contracts/abi/ArbExecutor.json" with { type: "json" };

export const engine = [kernels, abi];

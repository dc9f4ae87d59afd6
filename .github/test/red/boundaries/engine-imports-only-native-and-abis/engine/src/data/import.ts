import type { Hello } from "@trigate/agent/protocol";

export type Greeting = Hello;

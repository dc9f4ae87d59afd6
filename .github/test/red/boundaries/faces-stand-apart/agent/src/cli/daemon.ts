import { listen } from "../server/ws/listen.ts";

export const daemon = listen;

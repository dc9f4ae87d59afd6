import { userInfo } from "node:os";

/** How the system calls the user of this process; `undefined` where it has no name for the number, as in many containers. */
export function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch (error) {
    if (error instanceof Error && "syscall" in error) return undefined;
    throw error;
  }
}

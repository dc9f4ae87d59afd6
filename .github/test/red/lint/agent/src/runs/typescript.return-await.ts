export async function ask(work: () => Promise<string>): Promise<string> {
  try {
    return work();
  } catch {
    return "none";
  }
}

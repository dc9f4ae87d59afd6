export function label(verdict: "passed" | "failed"): string {
  switch (verdict) {
    case "passed":
      return "ok";
    case "failed":
      return "not ok";
  }
}

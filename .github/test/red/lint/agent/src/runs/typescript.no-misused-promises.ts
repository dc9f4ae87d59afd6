export const odd = async (work: () => Promise<boolean>): Promise<string> => {
  if (work()) return "always";
  return "never";
};

/** Pointers of Git LFS are shorter; a larger file is content. */
export const LARGEST_POINTER_BYTES = 1024;
/** The command that puts the content in the place of the pointers. */
export const FETCH_CONTENT = "git lfs pull";

const BEGINNING = "version https://git-lfs.github.com/spec/";
const MOST_NAMED = 5;

/** Whether a text is what Git LFS leaves in the place of a file's content. */
export function isLfsPointer(text: string): boolean {
  return text.length <= LARGEST_POINTER_BYTES && text.startsWith(BEGINNING);
}

/** What is wrong with files that are only pointers, and the way out. */
export function onlyPointers(files: readonly string[]): string {
  const named = files.slice(0, MOST_NAMED).join(", ");
  const more = files.length > MOST_NAMED ? ` and ${files.length - MOST_NAMED} more` : "";
  const what = files.length === 1 ? "is only a pointer of Git LFS and not its content" : "are only pointers of Git LFS";
  return `${named}${more} ${what}; run: ${FETCH_CONTENT}`;
}

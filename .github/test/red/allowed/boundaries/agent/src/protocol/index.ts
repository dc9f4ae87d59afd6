export interface Hello {
  version: 1;
}

import { Ajv2020 } from "ajv/dist/2020.js";
import type { Schema } from "./api.ts";
import type { JsonObject } from "./json-form.ts";

/** Says what is wrong with a value, or `undefined` when the schema allows it. */
export type Validator = (value: unknown) => string | undefined;

/** Makes validators for the schemas of one description. Formats are not judged: servers differ on them with good reasons. */
export class Validators {
  readonly problems: string[] = [];
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false, logger: false });
  readonly #parts: JsonObject;

  constructor(document: JsonObject) {
    const { components, definitions, $defs } = document;
    this.#parts = { components, definitions, $defs };
  }

  /** A schema that no validator can be made of allows everything, and is a problem. */
  of(schema: Schema, name: string): Validator {
    if (typeof schema === "boolean") return () => (schema ? undefined : "nothing is allowed here");
    try {
      const parts = Object.entries(this.#parts).filter(([, part]) => part !== undefined);
      const { $schema: _dialect, $id: _id, ...own } = schema;
      const validate = this.#ajv.compile({ ...Object.fromEntries(parts), ...own });
      return (value) =>
        validate(value) ? undefined : this.#ajv.errorsText(validate.errors?.slice(0, 2), { dataVar: "it" });
    } catch (error) {
      this.problems.push(
        `${name}: its schema cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      );
      return () => undefined;
    }
  }
}

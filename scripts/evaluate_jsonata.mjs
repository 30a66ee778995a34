// Evaluates expressions with the reference implementation of JSONata, version 2.0.6, which is the
// one that Step Functions names.  Input: a JSON list of [expression, bindings]; output: a JSON list
// of {value} (without `value`: nothing) or {error}.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const jsonata = require("jsonata");

const answers = [];
for (const [source, states] of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    const value = await jsonata(source).evaluate(undefined, { states });
    answers.push(value === undefined ? {} : { value });
  } catch (error) {
    answers.push({ error: String(error.code ?? error) });
  }
}
process.stdout.write(JSON.stringify(answers));

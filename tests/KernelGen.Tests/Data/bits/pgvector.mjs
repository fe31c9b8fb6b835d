// Reads a JSON array of vectors as text from standard input and writes what pgvector's binary_quantize makes of them, as bit strings.
import { readFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';

const database = new PGlite({ extensions: { vector } });
await database.exec('create extension vector');
const bits = [];
for (const text of JSON.parse(readFileSync(0, 'utf8'))) {
  bits.push((await database.query('select binary_quantize($1::text::vector)::text as bits', [text])).rows[0].bits);
}
console.log(JSON.stringify(bits));

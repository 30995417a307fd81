import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { referencePages } from './pages.ts';

for (const page of referencePages()) {
  writeFileSync(fileURLToPath(new URL(`../../${page.path}`, import.meta.url)), page.text);
  console.log(page.path);
}

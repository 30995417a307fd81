import { isSource, isTest } from './tree.mjs';

const EXPORT =
  /^export\s+(?:declare\s+)?(?:async\s+)?(?:abstract\s+)?(?:function\*?|const|let|class|interface|type|enum)\s+(\w+)/;

/**
 * Every export of a package says what it is: a doc comment right above it. Re-exports are documented where they are made,
 * a type of the same name as a documented value with that value. Inside apps nobody is asked: a line that says nothing
 * is worse than none.
 */
export function checkDocumented(files) {
  const findings = [];
  for (const file of files) {
    if (!isSource(file) || isTest(file) || !/^packages\/[^/]+\/src\//.test(file.path)) continue;
    const lines = file.text.split('\n');
    const overloads = new Set();
    lines.forEach((line, index) => {
      const name = EXPORT.exec(line)?.[1];
      if (!name || overloads.has(name)) return;
      if (lines[index - 1]?.trimEnd().endsWith('*/')) overloads.add(name);
      else
        findings.push({
          path: file.path,
          line: index + 1,
          says: `the export ${name} has no doc comment above it`,
        });
    });
  }
  return findings;
}

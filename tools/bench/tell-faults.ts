/** Says which figures were missed. Gives what the bench ends with: 0 when none was. */
export function tellFaults(faults: readonly string[]): 0 | 1 {
  for (const fault of faults) console.log(`FAILED: ${fault}`);
  console.log(faults.length === 0 ? '\nAll figures are reached.' : `\n${faults.length} figures are missed.`);
  return faults.length === 0 ? 0 : 1;
}

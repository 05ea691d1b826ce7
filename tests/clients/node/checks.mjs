// Runs checks one after another, and says how many passed.
import { readFileSync } from 'node:fs'

const SECONDS = 20

export const [address, nodeA, nodeB] = process.argv.slice(2)

/** Commands and replies as they were recorded, with the names of these nodes. */
export const contract = readFileSync('tests/contract/ws.jsonl', 'utf8')
  .replaceAll('NODE_A', nodeA)
  .replaceAll('NODE_B', nodeB)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))

/** Exits with 1 when a check failed. */
export async function run(library, checks) {
  const failed = []
  for (const [name, check] of Object.entries(checks)) {
    await within(check()).catch((error) => failed.push(`  ${name}: ${error.message}`))
  }
  const count = Object.keys(checks).length
  const lines = [`${library} ${version(library)}: ${count - failed.length} of ${count} checks passed`, ...failed]
  console.log(lines.join('\n'))
  process.exit(failed.length ? 1 : 0)
}

function within(promise) {
  const late = new Error(`not within ${SECONDS} s`)
  const timer = new Promise((_, reject) => setTimeout(reject, SECONDS * 1000, late))
  return Promise.race([promise, timer])
}

function version(library) {
  return JSON.parse(readFileSync(new URL(`node_modules/${library}/package.json`, import.meta.url))).version
}

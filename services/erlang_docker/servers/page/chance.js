// Pearson's chi-square: how often a fair pick would be at least this uneven.

const ENOUGH = 5; // expected of each node, for the approximation to hold
const ODD = 0.01;

/** What to say of counts that should be even. */
export function verdict(counts) {
  const sum = counts.reduce((all, count) => all + count, 0);
  const fair = sum / counts.length;
  if (counts.length < 2 || fair < ENOUGH) return { key: "few", named: { n: sum, nodes: counts.length } };
  const chi = counts.reduce((all, count) => all + (count - fair) ** 2 / fair, 0);
  const p = chance(chi, counts.length - 1);
  const named = { chi: chi.toFixed(1), free: counts.length - 1, times: p > 0.995 ? ">99" : p < 0.01 ? "<1" : Math.round(100 * p), n: sum };
  return { key: p < ODD ? "uneven" : "even", named };
}

/** The upper tail of the chi-square distribution: Q(k/2, x/2), by its series or its continued fraction. */
export function chance(x, k) {
  const [a, z] = [k / 2, x / 2];
  if (z === 0) return 1;
  const scale = Math.exp(-z + a * Math.log(z) - lnGamma(a));
  if (z < a + 1) {
    let [term, sum] = [1 / a, 1 / a];
    for (let n = 1; n < 500; n++) sum += term *= z / (a + n);
    return Math.max(0, 1 - sum * scale);
  }
  let fraction = 0;
  for (let n = 200; n > 0; n--) fraction = (n * (n - a)) / (z + 2 * n + 1 - a - fraction);
  return scale / (z + 1 - a - fraction);
}

/** Of whole numbers and halves, which is all that is asked for. */
function lnGamma(a) {
  let [sum, at] = a % 1 === 0 ? [0, 1] : [Math.log(Math.PI) / 2, 0.5];
  for (; at < a; at++) sum += Math.log(at);
  return sum;
}

/** The exact 95 % interval of a Poisson mean from one count (Garwood 1936). */

/** Chance left out on each side. */
const TAIL = 0.025;

export function poissonInterval(count: number): { lower: number; upper: number } {
  return {
    lower: count === 0 ? 0 : solve((mean) => lowerGamma(count, mean), TAIL, count),
    upper: solve((mean) => lowerGamma(count + 1, mean), 1 - TAIL, count + 1),
  };
}

/** Where the rising function takes the value, by halving; it lies around `near`. */
function solve(rising: (x: number) => number, value: number, near: number): number {
  const reach = 10 * Math.sqrt(near) + 20;
  let low = Math.max(0, near - reach);
  let high = near + reach;
  for (let i = 0; i < 100 && high - low > 1e-12 * high; i++) {
    const middle = (low + high) / 2;
    if (rising(middle) < value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Regularised lower incomplete gamma function P(a, x) = chance that a Poisson variable of mean x is at least a. */
export function lowerGamma(a: number, x: number): number {
  if (x <= 0) return 0;
  const scale = Math.exp(-x + a * Math.log(x) - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 100_000 && term > sum * 1e-16; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return sum * scale;
  }
  // continued fraction of the upper one, by Lentz's method
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 100_000; i++) {
    const an = -i * (i - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    const step = d * c;
    h *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return 1 - scale * h;
}

/** Natural logarithm of the gamma function (Lanczos, g = 7), for x > 0. */
function logGamma(x: number): number {
  let sum = 0.99999999999980993;
  for (const [i, c] of LANCZOS.entries()) sum += c / (x + i);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

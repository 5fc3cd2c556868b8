/** When a file that leaves the product was made, epoch ms; the clock's where SOURCE_DATE_EPOCH is not set to whole seconds. */
import 'server-only';

export function madeAt(): number {
  const text = process.env.SOURCE_DATE_EPOCH ?? '';
  return /^\d{1,11}$/.test(text) ? Number(text) * 1000 : Date.now();
}

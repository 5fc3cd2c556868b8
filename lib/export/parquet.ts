/** Rows as one Parquet file. Whole numbers are INT64, other numbers DOUBLE, the rest text; null stays null. */
import { parquetWriteBuffer } from 'hyparquet-writer';

export function parquetBytes(columns: readonly string[], rows: readonly Record<string, unknown>[]): Uint8Array {
  const columnData = columns.map((name) => {
    const data = rows.map((row) => row[name] ?? null);
    const numbers = data.filter((v): v is number => typeof v === 'number');
    const text = data.some((v) => v !== null && typeof v !== 'number');
    if (text || numbers.length === 0) {
      return { name, data: data.map((v) => (v === null ? null : String(v))), type: 'STRING' as const, nullable: true };
    }
    if (numbers.every(Number.isSafeInteger)) {
      return {
        name,
        data: data.map((v) => (typeof v === 'number' ? BigInt(v) : null)),
        type: 'INT64' as const,
        nullable: true,
      };
    }
    return { name, data, type: 'DOUBLE' as const, nullable: true };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

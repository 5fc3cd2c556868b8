/** The tables of a fact sheet, as a page shows and prints them. */
import type { SheetTable } from '../../lib/report/document.ts';

export function SheetTables({ tables }: { tables: readonly SheetTable[] }) {
  return tables.map((table) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section key={table.title} className="fs" tabIndex={0} aria-label={table.title}>
      <h2>{table.title}</h2>
      {table.rows.length === 0 ? (
        <p className="sub">{table.none}</p>
      ) : (
        <table>
          <thead>
            <tr>
              {table.columns.map((column) => (
                <th key={column.name} scope="col" className={look(column)}>
                  {column.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row) => (
              <tr key={row.join('\n')}>
                {table.columns.map((column, index) =>
                  index === 0 ? (
                    <th key={column.name} scope="row" className={look(column)}>
                      {row[index]}
                    </th>
                  ) : (
                    <td key={column.name} className={look(column)}>
                      {row[index]}
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  ));
}

function look(column: SheetTable['columns'][number]): string | undefined {
  return column.number ? 'num' : column.wide ? 'ink2' : undefined;
}

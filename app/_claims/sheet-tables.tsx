/** The tables of a fact sheet, as a page shows and prints them. */
import type { SheetTable } from '../../lib/report/document.ts';

export function SheetTables({ tables }: { tables: readonly SheetTable[] }) {
  return tables.map((table) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section key={table.title} className={hasOneNumber(table) ? 'fs one' : 'fs'} tabIndex={0} aria-label={table.title}>
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
                    <td key={column.name} className={look(column)} data-column={labelOf(column, table)}>
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

/** A name, a number and what it is: the number stands beside the name where there is no room for columns. */
function hasOneNumber({ columns }: SheetTable): boolean {
  return columns[1]?.number === true && columns.filter(({ number }) => number).length === 1;
}

/** What is said before a cell where the heads of the columns are gone; nothing before what explains itself. */
function labelOf(column: SheetTable['columns'][number], table: SheetTable): string | undefined {
  return hasOneNumber(table) && (column.number === true || column.wide === true) ? undefined : column.name;
}

function look(column: SheetTable['columns'][number]): string | undefined {
  return column.number ? 'num' : column.wide ? 'ink2' : undefined;
}

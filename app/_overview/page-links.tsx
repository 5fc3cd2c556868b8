/** To the pages before and after this one of the ended broadcasts: links, so that they work before any script runs. */
import { countText } from '../../lib/format/number.ts';
import type { PastPage } from '../_data/overview.ts';
import { Key } from '../_ui/key.tsx';

interface Props {
  past: PastPage;
  /** broadcasts on a full page */
  perPage: number;
  hrefOf: (page: number) => string;
  onGo: (page: number) => void;
}

export function PageLinks({ past, perPage, hrefOf, onGo }: Props) {
  const { page, pages, total, rows } = past;
  const first = (page - 1) * perPage + 1;
  const link = (to: number, words: string, mark: string) =>
    to < 1 || to > pages ? (
      <span className="btn" aria-disabled="true">
        {words} <Key>{mark}</Key>
      </span>
    ) : (
      <a
        className="btn"
        href={hrefOf(to)}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
          event.preventDefault();
          onGo(to);
        }}
      >
        {words} <Key>{mark}</Key>
      </a>
    );
  return (
    <nav className="pages" aria-label="Pages of ended broadcasts">
      <span role="status">
        Rows {countText(first)} to {countText(first + rows.length - 1)} of {countText(total)}
      </span>
      {link(page - 1, 'Previous', '[')}
      {link(page + 1, 'Next', ']')}
    </nav>
  );
}

'use client';

export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main className="say">
      <h1>The page could not be made.</h1>
      <p>
        The store was expected to answer and did not
        {error.digest === undefined ? '' : ` (${error.digest} in the server's log)`}. Ask{' '}
        <code>npx headcount doctor</code> what is wrong, or try again.
      </p>
      <p className="do">
        <button type="button" className="btn primary" onClick={reset}>
          Try again
        </button>
      </p>
    </main>
  );
}

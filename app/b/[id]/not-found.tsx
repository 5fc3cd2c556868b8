import Link from 'next/link';

export default function UnknownBroadcast() {
  return (
    <main className="say">
      <h1>No broadcast with this id has sent an event.</h1>
      <p>
        An id appears with its first event; capital letters and blanks count. Look for it in the list, or send its first
        event.
      </p>
      <p className="do">
        <Link href="/" className="btn primary">
          All broadcasts
        </Link>
      </p>
    </main>
  );
}

import Link from 'next/link';

export default function NotFound() {
  return (
    <main className="say">
      <h1>There is no page at this address.</h1>
      <p>Every broadcast has its page under /b/ and its id.</p>
      <p className="do">
        <Link href="/" className="btn primary">
          All broadcasts
        </Link>
      </p>
    </main>
  );
}

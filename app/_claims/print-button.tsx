'use client';

export function PrintButton() {
  return (
    <button type="button" className="btn primary desk" onClick={() => window.print()}>
      Print
    </button>
  );
}

/** A key drawn beside what it does; the control's own name says the rest. */
export function Key({ children }: { children: string }) {
  return (
    <span className="kbd" aria-hidden="true">
      {children}
    </span>
  );
}

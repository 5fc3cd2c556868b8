'use client';
/** Single keys. They rest while typing, while a dialog is open, and where the person switched them off. */
import { useEffect, useRef } from 'react';

export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const SETTING = 'headcount.single-keys';

export function singleKeysOn(): boolean {
  try {
    return window.localStorage.getItem(SETTING) !== 'off';
  } catch {
    return true;
  }
}

export function setSingleKeys(on: boolean): void {
  try {
    window.localStorage.setItem(SETTING, on ? 'on' : 'off');
  } catch {
    // no storage: the choice lasts for this page
  }
}

/** Keys as `event.key` says them, letters in lower case. `Escape` works while typing too. */
export function useKeys(map: KeyMap): void {
  const latest = useRef(map);
  useEffect(() => {
    latest.current = map;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const handler = latest.current[key];
      if (handler === undefined) return;
      if (key !== 'Escape' && (isTyping(event.target) || !singleKeysOn() || dialogIsOpen())) return;
      handler(event);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox' && target.type !== 'radio';
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function dialogIsOpen(): boolean {
  return document.querySelector('[role="dialog"]') !== null;
}

/** Waits for a server under test to say that it is ready. */
import type { ChildProcess } from 'node:child_process';

/** Resolves once the process has written `text`; rejects with its last words when it ends before. */
export function says(child: ChildProcess, text: string, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const listen = (chunk: Buffer) => {
      heard = (heard + chunk).slice(-4000);
      if (heard.includes(text)) resolve();
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`${name} ended with code ${code} before it was ready; its last words:\n${heard}`));
    });
  });
}

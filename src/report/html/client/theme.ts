import { part } from './dom.js';

/** A switch between light and dark; until it is used, the page follows the system. `onChange` draws what CSS can't. */
export function startTheme(onChange: () => void): void {
  const button = part('theme', HTMLButtonElement);
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';
  const tell = (): void => {
    button.textContent = isDark() ? 'Light' : 'Dark';
    button.setAttribute('aria-label', isDark() ? 'Switch to light colours' : 'Switch to dark colours');
  };
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    tell();
    onChange();
  });
  system.addEventListener('change', () => {
    tell();
    onChange();
  });
  button.hidden = false;
  tell();
}

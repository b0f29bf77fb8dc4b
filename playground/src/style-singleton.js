// Takes the place of react-style-singleton, which writes <style> elements that our policy refuses.

import { useEffect } from 'react';

/** A component whose styles hold as long as it is shown. */
export function styleSingleton() {
  return function Sheet({ styles }) {
    useEffect(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(styles);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
      return () => {
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
      };
    }, [styles]);
    return null;
  };
}

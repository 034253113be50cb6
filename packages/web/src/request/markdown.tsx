/** Markdown as it reads. It comes from other people: nothing in it may run, and no picture is fetched before one asks. */
import DOMPurify from 'dompurify';
import { marked } from 'marked';
import { useMemo } from 'react';

export default function Markdown({ text }: { readonly text: string }) {
  const html = useMemo(() => safeHtml(text), [text]);
  // Cleaned above.
  // oxlint-disable-next-line react/no-danger
  return <div className="written max-w-3xl px-4 py-3 text-sm" dangerouslySetInnerHTML={{ __html: html }} />;
}

function safeHtml(text: string): string {
  const html = marked.parse(text, { async: false, gfm: true });
  const clean = DOMPurify.sanitize(html, {
    FORBID_TAGS: ['style', 'form', 'input', 'button', 'textarea', 'select', 'iframe', 'object', 'embed', 'svg', 'math'],
    FORBID_ATTR: ['style', 'srcset', 'id', 'class', 'name'],
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of clean.querySelectorAll('a')) {
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
  for (const image of clean.querySelectorAll('img')) {
    // A picture that is fetched tells its server who reads this, and when.
    if (!image.src.startsWith('data:')) {
      const link = document.createElement('a');
      link.href = image.src;
      link.target = '_blank';
      link.rel = 'noopener noreferrer';
      link.textContent = image.alt === '' ? image.src : `Picture: ${image.alt}`;
      image.replaceWith(link);
    }
  }
  const holder = document.createElement('div');
  holder.append(clean);
  return holder.innerHTML;
}

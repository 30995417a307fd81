import type { JSX } from 'react';
export function GalleryPage(): JSX.Element {
  return <div>todo</div>;
}

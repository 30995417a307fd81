import type { GroupStage } from '@latido/react';
import { enGridLabels, esGridLabels, Grid, type GridProps } from '@latido/react/grid';
import '@latido/react/grid.css';
import type { JSX } from 'react';
import { usePreferences } from '../../app/preferences.tsx';

/** A call of many, in the reader's language. */
export default function GroupGrid(props: GroupStage & Pick<GridProps, 'hands'>): JSX.Element {
  const { locale } = usePreferences();
  return <Grid {...props} labels={locale === 'es' ? esGridLabels : enGridLabels} />;
}

export { Grid, type GridProps, type RaisedHand } from './grid.tsx';
export { enGridLabels, esGridLabels, type GridLabels } from './labels.ts';

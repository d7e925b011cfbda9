/** bottleneck without what spreads it over machines, and with the language's own `async`: a job takes it two thirds. */
declare module 'bottleneck/light.js' {
  export { default } from 'bottleneck';
}

export { readVibecodeThrottle as readBitrix24Throttle } from './vibecode/throttle.js';

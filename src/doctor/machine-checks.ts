import { type Check, type CheckGroup, failed, passed } from './check.js';

/** As in `engines` of package.json. */
const neededNode = [20, 19] as const;

/** @param nodeVersion `20.20.2` */
export function checkMachine(nodeVersion: string): CheckGroup {
  return { name: 'machine', title: 'This machine', checks: [checkNode(nodeVersion)] };
}

function checkNode(nodeVersion: string): Check {
  const [neededMajor, neededMinor] = neededNode;
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const isEnough = major > neededMajor || (major === neededMajor && minor >= neededMinor);
  const needed = `${neededNode.join('.')} or newer is needed`;
  return isEnough
    ? passed('node', `Node.js ${nodeVersion}; ${needed}.`)
    : failed('node', `Node.js ${nodeVersion} is too old; ${needed}.`, 'Install a newer Node.js: https://nodejs.org');
}

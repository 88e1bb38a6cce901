import { readdirSync, readFileSync } from "node:fs";

/** CPU and memory of processes, from Linux's /proc. */

/** USER_HZ, which is 100 on every Linux that Bun runs on. */
const ticksPerSec = 100;

/** Seconds of CPU, user and system, that the processes have used so far. */
export function cpuSec(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / ticksPerSec;
}

/** Proportional set size in MiB: memory shared between processes counts once. */
export function memoryMib(pids: readonly number[]): number {
  let kib = 0;
  for (const pid of pids) {
    const [, pss] = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8")) ?? [];
    kib += Number(pss);
  }
  return kib / 1024;
}

/** What a process keeps in memory that no file backs, in MiB: the kernel takes none of it away meanwhile. */
export function anonymousMib(pid: number): number {
  const [, kib] = /^Anonymous:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8")) ?? [];
  return Number(kib) / 1024;
}

/** Of these processes those whose command line has `text` in it. */
export const withCommand = (pids: readonly number[], text: string): number[] =>
  pids.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(text));

/** Children of a process, and theirs. */
export function descendantsOf(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

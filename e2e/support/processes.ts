import { readdirSync, readFileSync } from "node:fs";

/** Process id and parent's process id of everything that runs. */
function listProcesses(): [pid: number, parent: number][] {
  if (process.platform !== "linux") {
    const lines = Bun.spawnSync(["ps", "-A", "-o", "pid=,ppid="]).stdout.toString().trim().split("\n");
    return lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // proc(5): "pid (name) state ppid …"; the name may hold spaces and brackets.
        const parent = /^\d+ \(.*\) [^Z] (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, "utf8"))?.[1];
        return parent === undefined ? [] : [[Number(name), Number(parent)] as [number, number]];
      } catch {
        return [];
      }
    });
}

/** The process and everything it started, directly or not, that has not ended. */
export function familyOf(pid: number): number[] {
  const processes = listProcesses();
  const family = new Set(processes.some(([each]) => each === pid) ? [pid] : []);
  for (const member of family) {
    for (const [each, parent] of processes) if (parent === member) family.add(each);
  }
  return [...family];
}

/** Its program and arguments. */
export function commandOf(pid: number): string {
  if (process.platform !== "linux") return Bun.spawnSync(["ps", "-o", "args=", "-p", String(pid)]).stdout.toString();
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

/** Those of the given processes that have not ended. */
export function stillRunning(pids: number[]): number[] {
  const running = new Set(listProcesses().map(([pid]) => pid));
  return pids.filter((pid) => running.has(pid));
}

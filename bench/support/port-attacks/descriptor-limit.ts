import { readFileSync } from "node:fs";

/** Lets a process have no more than so many descriptors. Returns what gives it back what it had. Throws where that cannot be. [I/O] */
export function limitDescriptors(pid: number, most: number): () => void {
  const limits = readFileSync(`/proc/${pid}/limits`, "utf8");
  const [, soft = "", hard = ""] = /^Max open files\s+(\d+)\s+(\d+)/m.exec(limits) ?? [];
  const set = (limit: string): void => {
    const { exitCode, stderr } = Bun.spawnSync(["prlimit", "--pid", String(pid), `--nofile=${limit}:${hard}`]);
    if (exitCode !== 0) throw new Error(`prlimit: ${stderr.toString().trim()}`);
  };
  set(String(most));
  return () => set(soft);
}

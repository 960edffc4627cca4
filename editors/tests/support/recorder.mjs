/**
 * Stands between a client and the server, and writes down the client's `initialize`.
 *
 * In: the file to write, the server's program and its arguments. Out: the parameters of the first message, as JSON.
 * Invariant: what passes is not changed.
 */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";

const [record, program, ...args] = process.argv.slice(2);
const server = spawn(program, args, { stdio: ["pipe", "inherit", "inherit"] });
server.on("exit", (code) => process.exit(code ?? 1));
server.stdin.on("error", () => {});

let head = Buffer.alloc(0);
process.stdin.on("data", (bytes) => {
  if (head !== undefined) {
    head = Buffer.concat([head, bytes]);
    const start = head.indexOf("\r\n\r\n") + 4;
    const length = Number(/content-length: *(\d+)/i.exec(head.subarray(0, start).toString())?.[1]);
    if (start > 3 && head.length >= start + length) {
      const message = JSON.parse(head.subarray(start, start + length).toString());
      writeFileSync(record, JSON.stringify(message.params));
      head = undefined;
    }
  }
  server.stdin.write(bytes);
});
process.stdin.on("end", () => server.stdin.end());

/**
 * A stream of bytes whose beginning can be looked at before it is read.
 *
 * An error of the source is kept while peeking and thrown where a reader would have met it, after the bytes before it.
 */
export class PeekableBytes implements AsyncIterable<Buffer> {
  readonly #source: AsyncIterator<Buffer>;
  #peeked: Buffer[] = [];
  #peekedBytes = 0;
  #ended = false;
  #failure: { readonly error: unknown } | null = null;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The first bytes, at least `minBytes` of them unless the stream ends or fails before; it may give more. */
  async peek(minBytes: number): Promise<Buffer> {
    while (this.#peekedBytes < minBytes && !this.#ended) {
      const chunk = await this.#pull();
      if (chunk === null) break;
      this.#peeked.push(chunk);
      this.#peekedBytes += chunk.length;
    }
    const [first] = this.#peeked;
    if (first !== undefined && this.#peeked.length === 1) return first;
    const all = Buffer.concat(this.#peeked);
    this.#peeked = [all];
    return all;
  }

  /** Whether nothing comes after what was peeked. */
  get ended(): boolean {
    return this.#ended;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    try {
      const peeked = this.#peeked;
      this.#peeked = [];
      this.#peekedBytes = 0;
      for (const chunk of peeked) yield chunk;
      while (!this.#ended) {
        const chunk = await this.#pull();
        if (chunk !== null) yield chunk;
      }
      if (this.#failure !== null) throw this.#failure.error;
    } finally {
      await this.close();
    }
  }

  /** Lets go of the source; harmless when it has ended. Whoever still reads gets an error, not what looks like the end. */
  async close(): Promise<void> {
    if (!this.#ended) this.#failure ??= { error: new Error('the manifest was closed while it was read') };
    this.#ended = true;
    await this.#source.return?.();
  }

  async #pull(): Promise<Buffer | null> {
    try {
      const { done, value } = await this.#source.next();
      if (done !== true) return value;
    } catch (error) {
      this.#failure = { error };
    }
    this.#ended = true;
    return null;
  }
}

/** The least that a Worker can do: it hands the request on as it came, head and streamed body, and the answer back. */
const forward = {
  fetch(request: Request, { UPSTREAM }: { readonly UPSTREAM: string }): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    return fetch(`${UPSTREAM}${pathname}${search}`, request);
  },
};

export default forward;

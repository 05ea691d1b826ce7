%% A node as plain as the original's path: HTTP and WebSocket doors, a pick on a new connection, then rpc:call.
%%
%% cowboy, hackney and jsx are not in Debian. What stands in for them here is smaller than they are and does less (HTTP is
%% parsed by the runtime, in C; JSON is cut, not read; nothing is limited), so it is a harder peer than the original.
-module(bench_node).
-export([start/1]).

%% The answer to the key of RFC 6455's example, which the load sends: SHA-1 is in erlang-crypto, not in erlang-base.
-define(ACCEPT, <<"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=">>).

-define(LOOPBACK, {127, 0, 0, 1}).
-define(TIMEOUT, 5000).

start([Http, WebSocket, Service]) ->
    ServicePort = number(Service),
    %% A process of its own, which stays: a listener is closed when the one that opened it ends.
    spawn(fun() ->
        listen(number(WebSocket), fun(Socket) -> upgrade(Socket, ServicePort) end),
        listen(number(Http), fun http/1),
        receive stop -> ok end
    end).

number(Atom) -> list_to_integer(atom_to_list(Atom)).

listen(Port, Serve) ->
    {ok, Listener} = gen_tcp:listen(Port, [binary, {ip, ?LOOPBACK}, {active, false}, {packet, http_bin},
                                           {nodelay, true}, {reuseaddr, true}, {backlog, 1024}]),
    %% As many as ranch has.
    [spawn(fun() -> accept(Listener, Serve) end) || _ <- lists:seq(1, 10)],
    ok.

accept(Listener, Serve) ->
    {ok, Socket} = gen_tcp:accept(Listener),
    Pid = spawn(fun() -> receive serve -> Serve(Socket) end end),
    ok = gen_tcp:controlling_process(Socket, Pid),
    Pid ! serve,
    accept(Listener, Serve).

%% HTTP: GET /ping, POST /node, on connections that are kept or not.

http(Socket) ->
    case gen_tcp:recv(Socket, 0) of
        {ok, {http_request, Method, {abs_path, Path}, _}} ->
            {Length, Connection} = headers(Socket, 0, keep),
            read_body(Socket, Length),
            ok = gen_tcp:send(Socket, response(route(Method, Path), Connection)),
            next(Socket, Connection);
        {error, closed} ->
            ok
    end.

next(Socket, close) -> gen_tcp:close(Socket);
next(Socket, keep) -> http(Socket).

headers(Socket, Length, Connection) ->
    case gen_tcp:recv(Socket, 0) of
        {ok, {http_header, _, 'Content-Length', _, Value}} ->
            headers(Socket, binary_to_integer(Value), Connection);
        {ok, {http_header, _, 'Connection', _, Value}} ->
            case string:lowercase(Value) of
                <<"close">> -> headers(Socket, Length, close);
                _ -> headers(Socket, Length, Connection)
            end;
        {ok, {http_header, _, _, _, _}} ->
            headers(Socket, Length, Connection);
        {ok, http_eoh} ->
            {Length, Connection}
    end.

read_body(_, 0) ->
    <<>>;
read_body(Socket, Length) ->
    ok = inet:setopts(Socket, [{packet, raw}]),
    {ok, Body} = gen_tcp:recv(Socket, Length),
    ok = inet:setopts(Socket, [{packet, http_bin}]),
    Body.

route('GET', <<"/ping">>) -> <<"{\"code\":0,\"data\":\"pong\",\"msg\":\"\"}">>;
route('POST', <<"/node">>) -> [<<"{\"code\":0,\"data\":{\"node\":\"">>, atom_to_binary(node()), <<"\"},\"msg\":\"\"}">>].

response(Body, Connection) ->
    [<<"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ">>,
     integer_to_binary(iolist_size(Body)), said(Connection), <<"\r\n\r\n">>, Body].

said(close) -> <<"\r\nConnection: close">>;
said(keep) -> <<>>.

%% WebSocket: one text frame in, one out.

upgrade(Socket, Service) ->
    {ok, {http_request, 'GET', {abs_path, <<"/websocket">>}, _}} = gen_tcp:recv(Socket, 0),
    headers(Socket, 0, keep),
    %% Before the answer: no frame comes sooner.
    ok = inet:setopts(Socket, [{packet, raw}, {active, true}]),
    ok = gen_tcp:send(Socket, [<<"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                 "Sec-WebSocket-Accept: ">>, ?ACCEPT, <<"\r\n\r\n">>]),
    frames(Socket, Service, <<>>).

frames(Socket, Service, <<1:1, 0:3, 1:4, 1:1, Length:7, Key:4/binary, Data:Length/binary, Rest/binary>>)
  when Length < 126 ->
    ok = gen_tcp:send(Socket, frame(unicode:characters_to_binary(run(unmask(Data, Key), Service)))),
    frames(Socket, Service, Rest);
frames(Socket, Service, <<1:1, 0:3, 1:4, 1:1, 126:7, Length:16, Key:4/binary, Data:Length/binary, Rest/binary>>) ->
    ok = gen_tcp:send(Socket, frame(unicode:characters_to_binary(run(unmask(Data, Key), Service)))),
    frames(Socket, Service, Rest);
frames(Socket, Service, Half) ->
    receive
        {tcp, Socket, More} -> frames(Socket, Service, <<Half/binary, More/binary>>);
        {tcp_closed, Socket} -> ok
    end.

%% Four bytes at a time, as cowlib does.
unmask(Data, <<Mask:32>> = Key) ->
    Whole = byte_size(Data) div 4 * 4,
    <<Words:Whole/binary, Tail/binary>> = Data,
    <<TailKey:(byte_size(Tail))/binary, _/binary>> = Key,
    <<(<< <<(Word bxor Mask):32>> || <<Word:32>> <= Words >>)/binary, (xor_bytes(Tail, TailKey))/binary>>.

xor_bytes(Bytes, Key) ->
    list_to_binary(lists:zipwith(fun(Byte, K) -> Byte bxor K end, binary_to_list(Bytes), binary_to_list(Key))).

frame(Data) when byte_size(Data) < 126 -> [<<16#81, (byte_size(Data))>>, Data];
frame(Data) -> [<<16#81, 126, (byte_size(Data)):16>>, Data].

%% Commands.

run(<<"node">>, _) ->
    atom_to_list(node());
run(<<"mfa ", Text/binary>>, _) ->
    {M, F, A} = parse(Text),
    print(apply(M, F, A));
run(<<"rpc ", Text/binary>>, Service) ->
    {M, F, A} = parse(Text),
    print(rpc:call(pick(Service), M, F, A, ?TIMEOUT));
run(Text, _) ->
    Text.

parse(Text) ->
    {ok, Tokens, _} = erl_scan:string(unicode:characters_to_list(Text) ++ "."),
    {ok, [{call, _, {remote, _, {atom, _, M}, {atom, _, F}}, Args}]} = erl_parse:parse_exprs(Tokens),
    {M, F, [erl_parse:normalise(Arg) || Arg <- Args]}.

print(Term) -> io_lib:format("~tp", [Term]).

%% Who answers a new connection takes the call.
pick(Service) ->
    {ok, Socket} = gen_tcp:connect(?LOOPBACK, Service, [binary, {active, false}, {packet, http_bin}, {nodelay, true}],
                                   ?TIMEOUT),
    ok = gen_tcp:send(Socket, <<"POST /node HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                "Content-Length: 2\r\n\r\n{}">>),
    {ok, {http_response, _, 200, _}} = gen_tcp:recv(Socket, 0, ?TIMEOUT),
    {Length, _} = headers(Socket, 0, keep),
    Body = read_body(Socket, Length),
    ok = gen_tcp:close(Socket),
    <<"{\"code\":0,\"data\":{\"node\":\"", Rest/binary>> = Body,
    [Name, _] = binary:split(Rest, <<"\"">>),
    binary_to_atom(Name).

-- What wrk sends: whole requests, made by benches/web, one after the other. «{number}» becomes the next number, so that
-- no two forms have the same key, paper or phone. BENCH_REQUESTS names the file, BENCH_NUMBER the first number.
local requests, at = {}, 0
local number = tonumber(os.getenv("BENCH_NUMBER"))

function init()
   local file = io.open(os.getenv("BENCH_REQUESTS"), "rb")
   for one in file:read("*a"):gmatch("[^%z]+") do requests[#requests + 1] = one end
   file:close()
end

function request()
   at = at % #requests + 1
   number = number + 1
   return (requests[at]:gsub("{number}", number))
end

function done(summary, latency)
   local e = summary.errors
   io.write(string.format('\n{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "errors": %d}\n', summary.requests,
      summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
      e.connect + e.read + e.write + e.status + e.timeout))
end

-- A session with the real client: what fpmlint.lua sets up, driven as a person would.
--
-- In: FPMLINT_PROGRAM, and the stack as working folder. Out: one line `ok NAME` or `not ok NAME: why` for each step.

local SITE = 'etc/nginx/conf.d/site.conf'
local POOL = 'etc/php-fpm.d/www.conf'
local LIMIT = 40000

local failed = 0

local function step(name, work)
  if failed > 0 then
    return
  end
  local good, why = pcall(work)
  if good then
    print('ok ' .. name .. '\n')
  else
    failed = failed + 1
    print('not ok ' .. name .. ': ' .. tostring(why):gsub('\n', ' ') .. '\n')
  end
end

local function wait_for(what, ask)
  if not vim.wait(LIMIT, ask, 20) then
    error('waited in vain for ' .. what, 0)
  end
end

local function rules(buffer)
  return vim.tbl_map(function(it)
    return it.code or it.user_data.lsp.code
  end, vim.diagnostic.get(buffer))
end

local function count(buffer, rule)
  return #vim.tbl_filter(function(it)
    return it == rule
  end, rules(buffer))
end

require('fpmlint').setup({ cmd = { os.getenv('FPMLINT_PROGRAM'), 'server' } })

local site, pool

step('a finding is shown', function()
  vim.cmd('edit ' .. SITE)
  site = vim.api.nvim_get_current_buf()
  assert(vim.bo[site].filetype == 'nginx', vim.bo[site].filetype)
  wait_for('the finding', function()
    return count(site, 'missing-script-filename') == 1
  end)
end)

step('hovering explains the directive', function()
  local line = vim.fn.search('fastcgi_pass') - 1
  local params = { textDocument = { uri = vim.uri_from_bufnr(site) }, position = { line = line, character = 10 } }
  local answers = vim.lsp.buf_request_sync(site, 'textDocument/hover', params, LIMIT)
  local contents = select(2, next(answers)).result.contents
  assert(vim.inspect(contents):find('fastcgi_pass'), vim.inspect(contents))
end)

step('a URL is traced', function()
  local answer
  vim.lsp.buf_request(
    0,
    'workspace/executeCommand',
    { command = 'fpmlint.traceUrl', arguments = { 'http://web.example.org/index.php' } },
    function(why, traced)
      answer = { why = why, traced = traced }
    end
  )
  wait_for('the answer', function()
    return answer ~= nil
  end)
  assert(answer.why == nil, vim.inspect(answer.why))
  assert(answer.traced.outcome.pool == 'www', vim.inspect(answer.traced))
end)

step('a code action mends it', function()
  local finding = vim.diagnostic.get(site)[1]
  local lsp = finding.user_data.lsp
  local range = {
    start = { line = finding.lnum, character = finding.col },
    ['end'] = { line = finding.end_lnum, character = finding.end_col },
  }
  local diagnostic = { range = range, message = finding.message, code = lsp.code, source = finding.source, data = lsp.data }
  local params = {
    textDocument = { uri = vim.uri_from_bufnr(site) },
    range = range,
    context = { diagnostics = { diagnostic }, only = { 'quickfix' } },
  }
  local answers = vim.lsp.buf_request_sync(site, 'textDocument/codeAction', params, LIMIT)
  local id, answer = next(answers)
  local action = assert(answer.result[1], 'no action')
  local client = vim.lsp.get_client_by_id(id)
  if action.edit == nil then
    action = assert(client.request_sync('codeAction/resolve', action, LIMIT, site)).result
  end
  vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
  local text = table.concat(vim.api.nvim_buf_get_lines(site, 0, -1, false), '\n')
  assert(text:find('SCRIPT_FILENAME'), text)
  wait_for('no finding', function()
    return #vim.diagnostic.get(site) == 0
  end)
end)

step('renaming the socket in the pool marks the open site', function()
  vim.cmd('edit ' .. POOL)
  pool = vim.api.nvim_get_current_buf()
  assert(vim.bo[pool].filetype == 'dosini', vim.bo[pool].filetype)
  vim.cmd([[%s#^listen = .*#listen = /run/php-fpm/renamed.sock#]])
  wait_for('findings in the site', function()
    return count(site, 'backend-without-pool') == 2
  end)
end)

step('undoing clears it', function()
  vim.cmd('undo')
  wait_for('no finding in the site', function()
    return #vim.diagnostic.get(site) == 0
  end)
end)

step('one server serves both buffers', function()
  assert(#vim.lsp.get_active_clients() == 1)
  assert(vim.lsp.buf_is_attached(pool, vim.lsp.get_active_clients()[1].id))
end)

vim.cmd(failed == 0 and 'qall!' or 'cquit!')

-- fpmlint for Neovim 0.7 and later.
--
-- In: options, all of them optional. Out: `fpmlint server` attached to every buffer of its file types.
-- Invariant: one server for each root folder, however many buffers.

local M = {}

-- Neovim has no file types of its own for pools and php.ini: both are `dosini`.
M.filetypes = { 'nginx', 'apache', 'dosini', 'confini', 'conf' }
M.root_markers = { 'fpmlint.toml', '.git' }

local defaults = {
  cmd = { 'fpmlint', 'server' },
  filetypes = M.filetypes,
  root_markers = M.root_markers,
  -- For example { profile = 'debian-12', target = { php = '8.3' } }; it comes before fpmlint.toml.
  settings = {},
}

--- The configuration as `vim.lsp.config` takes it.
function M.config(options)
  local config = vim.tbl_deep_extend('force', vim.deepcopy(defaults), options or {})
  config.name = 'fpmlint'
  -- An empty table of Lua would be sent as a list.
  local settings = next(config.settings) ~= nil and config.settings or vim.empty_dict()
  config.init_options = settings
  config.settings = { fpmlint = settings }
  return config
end

--- The nearest folder upwards that holds one of the markers, else the file's own.
local function root_of(file, markers)
  local start = vim.fn.fnamemodify(file, ':p:h')
  for _, marker in ipairs(markers) do
    local found = vim.fn.findfile(marker, start .. ';')
    if found == '' then
      found = vim.fn.finddir(marker, start .. ';')
    end
    if found ~= '' then
      return (vim.fn.fnamemodify(found, ':p'):gsub('/$', ''):match('^(.*)/[^/]*$'))
    end
  end
  return start
end

local clients = {}

--- Attaches a buffer where Neovim has neither vim.lsp.start (0.8) nor vim.lsp.enable (0.11).
local function attach(buffer, config)
  local root = root_of(vim.api.nvim_buf_get_name(buffer), config.root_markers)
  local client = clients[root]
  if client == nil or vim.lsp.get_client_by_id(client) == nil then
    local uri = vim.uri_from_fname(root)
    client = vim.lsp.start_client(vim.tbl_extend('force', config, {
      root_dir = root,
      workspace_folders = { { uri = uri, name = root } },
    }))
    clients[root] = client
  end
  if client ~= nil then
    vim.lsp.buf_attach_client(buffer, client)
  end
end

--- Attaches the server to every buffer of its file types, those that are open already included.
function M.setup(options)
  local config = M.config(options)
  if vim.lsp.enable ~= nil then
    vim.lsp.config('fpmlint', config)
    vim.lsp.enable('fpmlint')
    return
  end
  local function start(buffer)
    -- A scratch window or a listing is no file.
    if vim.bo[buffer].buftype ~= '' or vim.api.nvim_buf_get_name(buffer) == '' then
      return
    end
    if vim.lsp.start ~= nil then
      local root = root_of(vim.api.nvim_buf_get_name(buffer), config.root_markers)
      vim.lsp.start(vim.tbl_extend('force', config, { root_dir = root }), { bufnr = buffer })
    else
      attach(buffer, config)
    end
  end
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('fpmlint', {}),
    pattern = config.filetypes,
    callback = function(event)
      start(event.buf)
    end,
  })
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.tbl_contains(config.filetypes, vim.bo[buffer].filetype) then
      start(buffer)
    end
  end
end

return M

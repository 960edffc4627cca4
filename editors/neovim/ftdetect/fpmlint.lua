-- File types for files that Neovim does not know by their name.
local types = {
  ['.*/php%-fpm%.d/.*%.conf'] = 'dosini',
  ['.*/pool%.d/.*%.conf'] = 'dosini',
  ['.*/php%-fpm%.conf'] = 'dosini',
  ['.*/nginx/.*%.conf'] = 'nginx',
  ['.*/nginx/sites%-available/.*'] = 'nginx',
  ['.*/nginx/sites%-enabled/.*'] = 'nginx',
  ['.*/nginx/snippets/.*'] = 'nginx',
  ['.*/fastcgi_params'] = 'nginx',
  ['.*/httpd/.*%.conf'] = 'apache',
  ['.*/apache2/.*%.conf'] = 'apache',
  ['.*/apache2/sites%-available/.*'] = 'apache',
  ['.*/apache2/sites%-enabled/.*'] = 'apache',
}

-- Neovim 0.7 asks its tables only when it is told to; its autocommands work in every version.
local group = vim.api.nvim_create_augroup('fpmlint_filetypes', {})
vim.api.nvim_create_autocmd({ 'BufNewFile', 'BufRead' }, {
  group = group,
  callback = function(event)
    local file = vim.fn.fnamemodify(event.match, ':p')
    for pattern, type in pairs(types) do
      if file:match('^' .. pattern .. '$') then
        vim.bo[event.buf].filetype = type
        return
      end
    end
  end,
})

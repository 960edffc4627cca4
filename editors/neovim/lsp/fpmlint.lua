-- For Neovim 0.11 and later: vim.lsp.enable('fpmlint') finds this file.
return require('fpmlint').config()

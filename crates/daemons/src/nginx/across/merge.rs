//! What nginx computes when it merges its levels: sizes of buffers that must fit each other.

use fpmlint_catalog::nginx::{DirectiveId, id};

use super::Walk;
use super::http::Block;
use crate::nginx::check::value;
use crate::nginx::summary::order;
use crate::nginx::{Context, DirRef};
use crate::{Part, RefusalKind};

/// The page of memory that defaults are counted in.
const PAGE: u64 = 4096;

/// A module with buffers for answers.
struct Module {
    prefix: &'static str,
    order: u16,
    buffers: DirectiveId,
    size: DirectiveId,
    busy: DirectiveId,
    write: DirectiveId,
    file: DirectiveId,
}

const MODULES: [Module; 4] = [
    Module {
        prefix: "proxy",
        order: order::PROXY,
        buffers: id::PROXY_BUFFERS,
        size: id::PROXY_BUFFER_SIZE,
        busy: id::PROXY_BUSY_BUFFERS_SIZE,
        write: id::PROXY_TEMP_FILE_WRITE_SIZE,
        file: id::PROXY_MAX_TEMP_FILE_SIZE,
    },
    Module {
        prefix: "fastcgi",
        order: order::FASTCGI,
        buffers: id::FASTCGI_BUFFERS,
        size: id::FASTCGI_BUFFER_SIZE,
        busy: id::FASTCGI_BUSY_BUFFERS_SIZE,
        write: id::FASTCGI_TEMP_FILE_WRITE_SIZE,
        file: id::FASTCGI_MAX_TEMP_FILE_SIZE,
    },
    Module {
        prefix: "uwsgi",
        order: order::UWSGI,
        buffers: id::UWSGI_BUFFERS,
        size: id::UWSGI_BUFFER_SIZE,
        busy: id::UWSGI_BUSY_BUFFERS_SIZE,
        write: id::UWSGI_TEMP_FILE_WRITE_SIZE,
        file: id::UWSGI_MAX_TEMP_FILE_SIZE,
    },
    Module {
        prefix: "scgi",
        order: order::SCGI,
        buffers: id::SCGI_BUFFERS,
        size: id::SCGI_BUFFER_SIZE,
        busy: id::SCGI_BUSY_BUFFERS_SIZE,
        write: id::SCGI_TEMP_FILE_WRITE_SIZE,
        file: id::SCGI_MAX_TEMP_FILE_SIZE,
    },
];

impl Module {
    fn ids(&self) -> [DirectiveId; 5] {
        [self.buffers, self.size, self.busy, self.write, self.file]
    }
}

impl Walk<'_> {
    /// Merges all levels.
    pub(super) fn merge(&mut self) {
        self.merge_headers();
        for module in &MODULES {
            let ids = module.ids();
            if ids.iter().any(|id| self.http.any.contains(id)) {
                self.merge_buffers(module, &ids);
            }
        }
        self.finish_caches();
        self.merge_secure_links();
    }

    /// The two ways of signing links cannot be mixed in one block.
    fn merge_secure_links(&mut self) {
        if !self.http.any.contains(&id::SECURE_LINK_SECRET) {
            return;
        }
        let mixed = self.http.blocks.iter().find_map(|block| {
            let find = |wanted: &[DirectiveId]| block.settings.iter().find(|(id, _)| wanted.contains(id));
            let (_, at) = find(&[id::SECURE_LINK_SECRET])?;
            find(&[id::SECURE_LINK, id::SECURE_LINK_MD5]).map(|_| *at)
        });
        if let Some(at) = mixed {
            let message =
                "\"secure_link_secret\" cannot be mixed with \"secure_link\" and \"secure_link_md5\""
                    .to_owned();
            self.late(order::SECURE_LINK, RefusalKind::InvalidValue, at, Part::Head, message, true);
        }
    }

    /// The blocks where nginx merges something new: those that set something themselves, and every server where `http`
    /// does.
    fn merged(&self, ids: &[DirectiveId]) -> Vec<u32> {
        let sets = |block: &Block| block.settings.iter().any(|(id, _)| ids.contains(id));
        let is_http = |block: &&Block| block.context == Context::Http;
        let http = self.http.blocks.iter().find(is_http).is_some_and(sets);
        let blocks = self.http.blocks.iter().enumerate();
        let merged = blocks.filter(|(_, block)| match block.context {
            Context::Http => false,
            Context::Server => http || sets(block),
            _ => sets(block),
        });
        merged.map(|(number, _)| number as u32).collect()
    }

    fn size_of(&self, block: u32, id: DirectiveId) -> Option<(DirRef, u64)> {
        let at = self.http.first_in_force(block, id)?;
        let size = self.statement(at)?.arg(0)?.text();
        Some((at, value::size(&size)?))
    }

    fn buffers_of(&self, block: u32, id: DirectiveId) -> Option<(DirRef, u64, u64)> {
        let at = self.http.first_in_force(block, id)?;
        let mut words = self.statement(at)?.args().map(|word| word.text());
        let (count, size) = (words.next()?, words.next()?);
        Some((at, value::number(&count)?, value::size(&size)?))
    }

    fn merge_headers(&mut self) {
        let ids = [id::LARGE_CLIENT_HEADER_BUFFERS, id::CONNECTION_POOL_SIZE];
        if !ids.iter().any(|id| self.http.any.contains(id)) {
            return;
        }
        for block in self.merged(&ids) {
            let buffers = self.buffers_of(block, id::LARGE_CLIENT_HEADER_BUFFERS);
            let pool = self.size_of(block, id::CONNECTION_POOL_SIZE);
            let size = buffers.map_or(8192, |(_, _, size)| size);
            if size >= pool.map_or(512, |(_, size)| size) {
                continue;
            }
            let message = "the \"large_client_header_buffers\" size must be equal to or greater than \
                           \"connection_pool_size\"";
            let Some(at) = buffers.map(|(at, ..)| at).or(pool.map(|(at, _)| at)) else { continue };
            let kind = RefusalKind::InvalidValue;
            self.late(order::CORE, kind, at, Part::Head, message.to_owned(), true);
            return;
        }
    }

    fn merge_buffers(&mut self, module: &Module, ids: &[DirectiveId]) {
        for block in self.merged(ids) {
            if let Some((at, message)) = self.unfit(module, block) {
                self.late(module.order, RefusalKind::InvalidValue, at, Part::Head, message, true);
            }
        }
    }

    /// The first sum that does not come out, in nginx's order, and the line to blame.
    fn unfit(&self, module: &Module, block: u32) -> Option<(DirRef, String)> {
        let name = module.prefix;
        let buffers = self.buffers_of(block, module.buffers);
        let single = self.size_of(block, module.size);
        let busy = self.size_of(block, module.busy);
        let write = self.size_of(block, module.write);
        let file = self.size_of(block, module.file);
        let (count, each) = buffers.map_or((8, PAGE), |(_, count, each)| (count, each));
        let size = single.map_or(PAGE, |(_, size)| size).max(each);
        let blame = [single.map(|(at, _)| at), buffers.map(|(at, ..)| at)];
        let first = |at: Option<DirRef>| at.or(blame[0]).or(blame[1]);
        let maximum = || {
            format!("the maximum of the value of \"{name}_buffer_size\" and one of the \"{name}_buffers\"")
        };
        if count < 2 {
            let at = buffers.map(|(at, ..)| at)?;
            return Some((at, format!("there must be at least 2 \"{name}_buffers\"")));
        }
        let busy_size = busy.map_or(2 * size, |(_, size)| size);
        if busy_size < size {
            let at = first(busy.map(|(at, _)| at))?;
            let maximum = maximum();
            let message = format!("\"{name}_busy_buffers_size\" must be equal to or greater than {maximum}");
            return Some((at, message));
        }
        if busy_size > (count - 1).saturating_mul(each) {
            let at = first(busy.map(|(at, _)| at))?;
            let message = format!(
                "\"{name}_busy_buffers_size\" must be less than the size of all \"{name}_buffers\" minus one buffer"
            );
            return Some((at, message));
        }
        if let Some((at, write)) = write
            && write < size
        {
            let maximum = maximum();
            let message =
                format!("\"{name}_temp_file_write_size\" must be equal to or greater than {maximum}");
            return Some((at, message));
        }
        if let Some((at, file)) = file
            && file != 0
            && file < size
        {
            let maximum = maximum();
            let message = format!(
                "\"{name}_max_temp_file_size\" must be equal to zero to disable temporary files usage or must be \
                 equal to or greater than {maximum}"
            );
            return Some((at, message));
        }
        None
    }
}

package cli

import (
	"fmt"
	"path/filepath"
	"strings"

	"shuren/internal/demo"
	"shuren/internal/flow"
	"shuren/internal/store"
)

// useOwn takes the folder of the city's own pack: the one that was named, or one
// beside the database file, where a change is proposed for people to decide on.
// A folder that nobody asked for must not stop the demo.
func (c *demoCmd) useOwn(a *app, city *demo.City, into *flow.City) error {
	if c.OwnPack != "" {
		return into.UseOwn(a.ctx, c.OwnPack)
	}
	if store.Shared(string(c.DB)) {
		return nil // no file for a folder to lie beside
	}
	dir := ownBeside(string(c.DB))
	if err := into.UseOwn(a.ctx, dir); err != nil {
		if a.ctx.Err() != nil {
			return err
		}
		fmt.Fprintf(a.Err, a.say("本市方案的文件夹 %s 不能使用：%v。示例城市照常运行，没有“本市方案修改”页；可用 --own-pack 指定可写的文件夹。\n",
			"the folder of the city's own pack, %s, cannot be used: %v. The demo city goes on without the page of it; give a folder that can be written with --own-pack\n"), dir, err)
		return nil
	}
	return city.Propose(a.ctx, into)
}

// ownBeside is the folder beside a database file: shuren-demo-pack for
// shuren-demo.db.
func ownBeside(db string) string {
	return strings.TrimSuffix(db, filepath.Ext(db)) + "-pack"
}
